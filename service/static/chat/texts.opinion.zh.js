/** What the page says about thumbs and stars in Chinese. */
export const zh = {
  "thumb.group": "这条回答有帮助吗？",
  "thumb.up": "有帮助",
  "thumb.down": "没帮助",
  "stars.title": "这次服务您满意吗？",
  "stars.score": "{score} 星：{words}",
  "stars.1": "很不满意", "stars.2": "不满意", "stars.3": "一般", "stars.4": "满意", "stars.5": "非常满意",
  "opinion.reason": "说说原因（选填）",
  "opinion.send": "提交",
  "opinion.thanks": "谢谢您的反馈。",
  "opinion.failed": "没能保存您的反馈。",
  "opinion.final": "这次评价已经不能修改了。",
  "opinion.gone": "已经没有这段对话的记录了。",
};
