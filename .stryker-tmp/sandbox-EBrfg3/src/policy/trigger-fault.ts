/** Thrown while one event of a trigger is read, and collected as a Problem; never leaves this folder. */
export class TriggerFault extends Error {
  override readonly name = "TriggerFault";
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
