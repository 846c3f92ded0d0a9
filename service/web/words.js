// The words of the page in both languages. Chinese stands in index.html too, for the time before this runs.

const CHINESE = {
  title: "问报 · wenbao",
  skip: "跳到提问框",
  tagline: "问政府工作报告，每句话都指到原文。",
  label: "你的问题",
  placeholder: "例如：2023年张家口市GDP增长了多少？",
  extractive: "只摘原句，不用模型",
  ask: "提问",
  stop: "停止",
  close: "收起",
  before: "上文",
  after: "下文",
  footer: "引文是原文里的字，一字不改；数字逐个核对。",
  examples: "可以这样问",
  library: (n) => `库中有 ${n} 份报告`,
  noReports: "库里还没有报告。在终端里运行 make setup 装入自带的五份文件，或用 wenbao ingest 装入自己的，再刷新本页。",
  loading: (parts) => `正在准备：${parts}。这时提问会慢一些。`,
  broken: (parts) => `不能用：${parts}`,
  parts: { store: "数据库", passages: "向量索引", words: "词语索引", embedder: "嵌入模型", chat_model: "语言模型" },
  searching: "正在原文里查找…",
  drafting: (n) => `找到 ${n} 处原文，正在起草…`,
  checking: "草稿，数字还没有核对",
  evidence: "可能的依据",
  seconds: (n) => `${n} 秒`,
  stopped: "已停止。",
  citations: "依据的原文",
  near: "相近的原文（不是答案）",
  sums: "算出来的数",
  conflicts: "原文前后不一致",
  partial: "只答了一部分",
  reasons: { not_in_corpus: "库里没有", not_stated: "报告里没有写", out_of_scope: "不在可答的范围" },
  stances: { result: "已完成", target: "目标", plan: "计划", other: "其他" },
  year: (year) => `${year}年`,
  given: (year) => `${year}年报告`,
  kinds: { excerpt: "摘登", news: "新闻稿", compilation_part: "汇编" },
  truncated: "原件不全",
  unknownPlace: "地区不明",
  model: "模型措辞，数字已核对",
  extracted: "原句照录",
  copy: "复制答案和引文",
  copied: "已复制",
  openSource: "看原文",
  sourceOf: (name, start, end) => `${name}，第 ${start}–${end} 字`,
  marker: (n) => `引文 ${n}`,
  answered: (text) => `回答：${text}`,
  unreachable: "连不上服务。看看 wenbao-serve 是不是还在运行，再问一次。",
  problems: {
    invalid_question: "问题要有 1 到 2000 个字。",
    busy: "排队的问题太多，过半分钟再问。",
    too_large: "问题太长了。",
    internal: "服务出了错，日志里有记录。",
  },
  joined: "、",
  samples: {
    grew: (r) => `${r.region}${r.year - 1}年GDP增长了多少？`,
    target: (r) => `${r.region}${r.year}年GDP增长目标是多少？`,
    goals: (r) => `${r.region}${r.year}年的主要预期目标有哪些？`,
    highest: (rs) => `${rs.map((r) => r.region).join("、")}${rs[0].year - 1}年GDP增速谁最高？`,
    mention: () => "有几份报告提到“营商环境”？",
  },
};

const english = (r) => {
  const name = r.aliases.find((alias) => /^[a-z]+$/.test(alias));
  return name ? name[0].toUpperCase() + name.slice(1) : r.region;
};

const ENGLISH = {
  title: "wenbao · 问报",
  skip: "Skip to the question",
  tagline: "Ask Chinese government work reports; every statement points at the original words.",
  label: "Your question",
  placeholder: "For example: How much did the GDP of Zhangjiakou grow in 2023?",
  extractive: "Original sentences only, no model",
  ask: "Ask",
  stop: "Stop",
  close: "Close",
  before: "Text before",
  after: "Text after",
  footer: "Quotations are the source’s own characters; every figure is checked.",
  examples: "You could ask",
  library: (n) => (n === 1 ? "1 report here" : `${n} reports here`),
  noReports: "There are no reports yet. In a terminal, run make setup for the five that come with it, or wenbao ingest for your own; then reload this page.",
  loading: (parts) => `Getting ready: ${parts}. Until then answers take longer.`,
  broken: (parts) => `Not working: ${parts}`,
  parts: { store: "database", passages: "vector index", words: "word index", embedder: "embedder", chat_model: "language model" },
  searching: "Looking in the reports…",
  drafting: (n) => `Found ${n === 1 ? "1 place" : `${n} places`} in the text; drafting…`,
  checking: "Draft, figures not checked yet",
  evidence: "Possible evidence",
  seconds: (n) => `${n} s`,
  stopped: "Stopped.",
  citations: "What it rests on",
  near: "Near to it in the text (not an answer)",
  sums: "Computed",
  conflicts: "The source contradicts itself",
  partial: "Answered in part",
  reasons: { not_in_corpus: "Not in these reports", not_stated: "Not stated in the report", out_of_scope: "Outside what can be asked here" },
  stances: { result: "done", target: "target", plan: "planned", other: "other" },
  year: (year) => `${year}`,
  given: (year) => `${year} report`,
  kinds: { excerpt: "excerpt", news: "news article", compilation_part: "from a compilation" },
  truncated: "cut off in the source",
  unknownPlace: "place unknown",
  model: "Worded by the model, figures checked",
  extracted: "Original sentences",
  copy: "Copy answer and quotations",
  copied: "Copied",
  openSource: "Show in the source",
  sourceOf: (name, start, end) => `${name}, characters ${start}–${end}`,
  marker: (n) => `quotation ${n}`,
  answered: (text) => `Answer: ${text}`,
  unreachable: "The service does not answer. See whether wenbao-serve is still running, then ask again.",
  problems: {
    invalid_question: "A question has 1 to 2,000 characters.",
    busy: "Too many questions are waiting; ask again in half a minute.",
    too_large: "The question is too long.",
    internal: "Something went wrong in the service; its log says what.",
  },
  joined: ", ",
  samples: {
    grew: (r) => `How much did the GDP of ${english(r)} grow in ${r.year - 1}?`,
    target: (r) => `What is the GDP growth target of ${english(r)} for ${r.year}?`,
    goals: (r) => `${r.region}${r.year}年的主要预期目标有哪些？`,
    highest: (rs) => `${rs.map((r) => r.region).join("、")}${rs[0].year - 1}年GDP增速谁最高？`,
    mention: () => "How many reports mention 营商环境?",
  },
};

const isChinese = (navigator.language || "zh").toLowerCase().startsWith("zh");

export const t = isChinese ? CHINESE : ENGLISH;

/** Puts the words of the reader's language into the page. */
export function translate() {
  document.documentElement.lang = isChinese ? "zh-Hans" : "en";
  document.title = t.title;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t[element.dataset.t];
  document.getElementById("question").placeholder = t.placeholder;
}
