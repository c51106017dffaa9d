// Lazy pictures: what data-src and data-srcset hold moves to src and srcset when the picture comes near.
const reveal = (picture) => {
  if (picture.dataset.srcset) picture.srcset = picture.dataset.srcset;
  picture.src = picture.dataset.src;
  picture.classList.remove("lazy");
};
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    reveal(entry.target);
  }
}, { rootMargin: "200px" });
document.querySelectorAll("img.lazy").forEach((picture) => watcher.observe(picture));
