// Before the first paint, so that nothing flashes: the theme chosen here, else the system's.
{
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = localStorage.getItem("theme") || (dark ? "dark" : "light");
}
