import { formatCount } from "../../charts/format.ts";
import { type Html, line, markup } from "../html.ts";
import { projectPath } from "../links.ts";
import { timeTag } from "../time.ts";
import type { ProjectItem } from "../views.ts";

/** What the page of all projects shows. */
export interface ProjectsPage {
  /** Those shown, the most recently active first. */
  readonly projects: readonly ProjectItem[];
  /** Whether there are more. */
  readonly more: boolean;
  /** The address of this server, for the example of who has no project yet. */
  readonly baseUrl: string;
  readonly now: number;
}

/** All projects that the viewer may see, under their entities. */
export function projectsPage(view: ProjectsPage): Html {
  return markup`<div class="head"><h1>Projects</h1></div>
${projectsPart(view)}`;
}

/** The projects without their heading. */
export function projectsPart({ projects, more, baseUrl, now }: ProjectsPage): Html {
  const byEntity = Map.groupBy(projects, ({ entity }) => entity);
  const lists = Array.from(
    byEntity,
    ([entity, members]) =>
      markup`<h2 class="soft">${line(entity, 80)}</h2>
<ul class="projects">${members.map((project) => card(project, now))}</ul>
`,
  );
  const shown = `The ${formatCount(projects.length)} projects that were active last are shown.`;
  return markup`<div data-part="projects">
${projects.length === 0 ? empty(baseUrl) : lists}${more && markup`<p class="soft">${shown}</p>`}
</div>`;
}

function card(project: ProjectItem, now: number): Html {
  const { runs, running, active, description } = project;
  return markup`<li class="card" data-id="${project.entity}/${project.project}">
<h3><a href="${projectPath(project)}">${line(project.project, 80)}</a></h3>
${description !== "" && markup`<p>${line(description, 160)}</p>`}
<div class="facts"><span>${formatCount(runs)} ${runs === 1 ? "run" : "runs"}</span>${
    running > 0 &&
    markup`<span class="state running"><b>${formatCount(running)} running</b></span>`
  }<span>${timeTag(active, now)}</span></div></li>
`;
}

function empty(baseUrl: string): Html {
  return markup`<div class="card empty"><h2>No projects yet</h2>
<p>A project comes into being with its first run.</p>
<pre><code>import * as cellar from "@cellar/cellar";

await cellar.init({ project: "first", baseUrl: "${baseUrl}" });
for (let step = 1; step &lt;= 100; step++) cellar.log({ loss: 1 / step });
await cellar.finish();</code></pre>
</div>`;
}
