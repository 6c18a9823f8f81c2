export type Voice = "story" | "seen" | "note";

/** Tells the story: as lines for a person, or as one JSON object per observed event. */
export interface Narrator {
  tell(voice: Voice, event: string, text: string, facts?: Record<string, unknown>): void;
}

const marks: Record<Voice, string> = { story: "\n●", seen: "  ✓", note: "   " };

export function createNarrator(json: boolean, out: (text: string) => void): Narrator {
  const start = Date.now();
  return {
    tell(voice, event, text, facts = {}) {
      const seconds = Number(((Date.now() - start) / 1000).toFixed(1));
      if (!json) return out(`${marks[voice]} ${text}\n`);
      if (voice !== "note") out(`${JSON.stringify({ seconds, voice, event, text, ...facts })}\n`);
    },
  };
}
