import type { Scene } from "../scene.js";

/** What people do in one round. */
export interface Story {
  name: string;
  files(scene: Scene): Record<string, string>;
  play(scene: Scene): Promise<void>;
}
