/** The page of a run, for people. W&B's API is at `api.` of where its pages are. */
export function runUrl(
  baseUrl: string,
  { entity, project, id }: {
    readonly entity: string;
    readonly project: string;
    readonly id: string;
  },
): string {
  const app = baseUrl.replace("://api.", "://");
  const [e, p, r] = [entity, project, id].map(encodeURIComponent);
  return `${app}/${e}/${p}/runs/${r}`;
}
