/** The most bytes that a signed note may have: its text, and 16 signatures. */
export const MAX_NOTE = 80 * 1024;
