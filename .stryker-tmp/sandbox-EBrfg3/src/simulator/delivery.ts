/** One event for the App; every attempt to deliver it carries the same guid. */
export interface Delivery {
  guid: string;
  event: string;
  action: string | null;
  installationId: number;
  repositoryId: number;
  payload: Record<string, unknown>;
  attempts: Attempt[];
}
export interface Attempt {
  id: number;
  deliveredAt: string;
  redelivery: boolean;
  /** Seconds. */
  duration: number;
  /** `OK`, or why it failed. */
  status: string;
  /** 0 when there was no answer. */
  statusCode: number;
  url: string;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
  responseBody: string | null;
}
