// What the till has not been able to send. This is the boundary to offline work: the page asks only these two, and
// shows whatever rows there are, so that nothing unsent is ever out of sight.
// A row: { id, points, takenAt, state: 'waiting' | 'rejected', reason }.

/** The rows that the server has not taken, the oldest first. */
export async function unsent() {
  return [];
}

/** Whether this till may take points without the network now. */
export async function mayTakeOffline() {
  return false;
}
