// The words of the page in the reader's language: simplified or traditional Chinese, else English.

const wanted = (navigator.languages?.[0] || navigator.language || "zh").toLowerCase();
const traditional = /^zh-(hant|tw|hk|mo)/.test(wanted);
const language = !wanted.startsWith("zh") ? "en" : traditional ? "zh-Hant" : "zh-Hans";

export const t = (await import(`./words.${language}.js`)).words;

/** Puts the words into what stands in index.html, which is simplified Chinese until then. */
export function translate() {
  document.documentElement.lang = language;
  document.title = t.title;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t[element.dataset.t];
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t[element.dataset.tLabel]);
    if (element.matches("button")) element.title = t[element.dataset.tLabel];
  }
  for (const element of document.querySelectorAll("[data-t-hint]")) element.placeholder = t[element.dataset.tHint];
}

/** A day as the reader writes it. */
export const day = (time) => new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }).format(new Date(time));
