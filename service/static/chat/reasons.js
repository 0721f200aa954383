/** Why a sentence was not said. The service says it in English; Chinese readers get the gist in Chinese. */
import { Phrase } from "./phrases.js";

const CHINESE = [
  [/^not in the passage: (.+)$/, "原文没有：$1"],
  [/^not said together in the passage: (.+)$/, "原文没有把它们说在一起：$1"],
  [/^the passage says nothing of: (.+)$/, "原文没有提到：$1"],
  [/^no field or template says: (.+)$/, "数据和固定文案里都没有：$1"],
  [/^not in the customer's language$/, "不是顾客使用的语言"],
  [/^promises an action without a receipt$/, "没有回执，不能说已经办好"],
  [/^speaks to a language model/, "不是对顾客说的话"],
  [/^says “(.+)”, which the voice card bans$/, "用了店铺不用的词：$1"],
  [/^has the emoji (\S+),/, "用了店铺不用的表情：$1"],
  [/^only (\d+%) alike/, "和原文的意思只有 $1 相近"],
  [/^only (\d+%) of/, "只有 $1 的内容在原文里"],
  [/^the passage is in another language/, "原文是另一种语言，无法比对"],
  [/^says that somebody else pays$/, "费用由谁承担，与原文不同"],
  [/^says that something is free which costs$/, "原文要收费，不能说免费"],
  [/^says that something costs which/, "原文免费，不能说收费"],
  [/^the passage does not speak of “(.+)”$/, "原文没有提到：$1"],
  [/^the passage counts|^counts from another/, "起算时间与原文不同"],
  [/^makes a condition of (.+), which/, "原文没有这个条件：$1"],
  [/^leaves out (.+), the case/, "漏掉了原文的条件：$1"],
  [/opposite|otherwise|says no where|denies|leaves open|is a must|may be done|something else|is not what/, "与原文的说法不一致"],
];

export function reason(why) {
  return new Phrase((lang) => (lang === "zh" ? inChinese(why) : why));
}

function inChinese(why) {
  const [pattern, words] = CHINESE.find(([each]) => each.test(why)) ?? [];
  const match = pattern?.exec(why);
  return match ? words.replace("$1", () => match[1] ?? "") : why;
}
