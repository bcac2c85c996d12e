/** A page of none. */
export function emptyConnection() {
  return { totalCount: 0, edges: [], pageInfo: { endCursor: null, hasNextPage: false } };
}
