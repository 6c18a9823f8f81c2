/** Whether this replica is the one that reconciles. */
export interface Leadership {
  isLeader(): boolean;
  onChange(listener: (leads: boolean) => void): void;
}
