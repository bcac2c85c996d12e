import { formatCount } from "../../charts/format.ts";
import { flag, type Html, line, markup } from "../html.ts";
import type { PlotPicture } from "../views.ts";
import { swatch } from "./media_file.ts";

/** CSS pixels from which a picture needs more than a column. */
const WIDE = 480;

/** A chart of Observable Plot: the picture that was recorded, and the words around it. */
export function plotFigure(plot: PlotPicture): Html {
  const { title, subtitle, caption, legend, moreLegend, alt, source, width, height } = plot;
  return markup`<div class="recorded"${flag("data-wide", width > WIDE)}>${
    title !== "" && markup`<p><b>${line(title, 300)}</b></p>`
  }${subtitle !== "" && markup`<p class="soft">${line(subtitle, 300)}</p>`}${
    legend.length > 0 &&
    markup`<ul class="legend">${
      legend.map(({ color, name }) => markup`<li>${swatch(color)}${line(name, 60)}</li>`)
    }${moreLegend > 0 && markup`<li>+ ${formatCount(moreLegend)} more</li>`}</ul>`
  }<div tabindex="0" role="group" aria-label="Chart"><img src="${source}" alt="${
    line(alt, 500)
  }" width="${width}" height="${height}"></div>${
    caption !== "" && markup`<p class="soft">${line(caption, 500)}</p>`
  }</div>`;
}
