/** Names the folder in which a replay records, whatever the code that is replayed asks for. */
export const REPLAY_VARIABLE = "CELLAR_REPLAY";
