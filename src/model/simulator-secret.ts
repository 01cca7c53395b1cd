/** The client secret that opens the simulator, known to everyone. */
export const simulatorSecret = 'simulator-secret';
