// Each frame is this browser's own attempt. The link stands in data-link, where the gateway signs nothing.
for (const frame of document.querySelectorAll(".attempt")) {
  const { link, how } = frame.dataset;
  if (how === "frame") {
    const other = document.createElement("iframe");
    other.title = "a page of another site that embeds the picture";
    other.src = link;
    frame.append(other);
    continue;
  }
  const picture = new Image();
  if (how === "no-referrer") picture.referrerPolicy = "no-referrer";
  picture.alt = "";
  picture.onload = () => frame.replaceChildren(picture);
  picture.onerror = () => frame.replaceChildren(Object.assign(document.createElement("p"), { textContent: "Refused in your browser, too" }));
  picture.src = link;
}
