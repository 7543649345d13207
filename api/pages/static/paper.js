// Draws the page of a PDF that is cited, with boxes around what is cited.
import * as pdfjs from "/static/vendor/pdf.min.mjs";

pdfjs.GlobalWorkerOptions.workerSrc = "/static/vendor/pdf.worker.min.mjs";
const SVG = "http://www.w3.org/2000/svg";

async function draw(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "1";
  try {
    const paper = await pdfjs.getDocument({ url: place.dataset.pdf, isEvalSupported: false, useSystemFonts: true, enableXfa: false }).promise;
    const page = await paper.getPage(Number(place.dataset.page));
    const view = page.getViewport({ scale: 1.6 });
    const canvas = document.createElement("canvas");
    canvas.className = "sheet-page";
    canvas.width = view.width;
    canvas.height = view.height;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Page " + place.dataset.page + " as it was received; its text is below");
    const boxes = document.createElementNS(SVG, "svg");
    boxes.setAttribute("viewBox", "0 0 " + view.width + " " + view.height);
    boxes.setAttribute("aria-hidden", "true");
    for (const box of JSON.parse(place.dataset.boxes || "[]")) {
      const [x1, y1] = view.convertToViewportPoint(box[0], box[1]), [x2, y2] = view.convertToViewportPoint(box[2], box[3]);
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("x", Math.min(x1, x2)); rect.setAttribute("y", Math.min(y1, y2));
      rect.setAttribute("width", Math.abs(x2 - x1)); rect.setAttribute("height", Math.abs(y2 - y1));
      boxes.append(rect);
    }
    place.replaceChildren(canvas, boxes);
    await page.render({ canvasContext: canvas.getContext("2d"), viewport: view, annotationMode: 0 }).promise;
    place.dataset.drawn = "2";
    const first = boxes.querySelector("rect");
    const sheet = place.closest(".paper");
    // Within its own frame only: the page around it stays where it is.
    if (first && sheet) sheet.scrollTop += first.getBoundingClientRect().top - sheet.getBoundingClientRect().top - sheet.clientHeight / 2;
  } catch (error) {
    place.replaceChildren(document.createTextNode("This page cannot be drawn here; its text is below."));
    const text = place.parentElement.querySelector("details");
    if (text) text.open = true;
  }
}

function all() { document.querySelectorAll("[data-pdf]").forEach(draw); }
document.addEventListener("groundrule:page", all);
all();
