/** What the page says about what the customer allows, in Chinese. */
export const zh = {
  "consents.open": "我的授权",
  "consents.lead": "随时可以更改。您的选择对您的账户有效，不只是这次对话。",
  "consents.proactive_messages": "可以主动联系我",
  "consents.proactive_messages.why": "例如包裹晚了，或者退货期限快到了。",
  "consents.recommendations": "可以向我推荐商品",
  "consents.recommendations.why": "依据您买过和退过的商品；投诉还没处理完时绝不推荐。",
  "consents.saved": "已保存。",
  "consents.failed": "没有保存成功。",
  "consents.nobody": "我们还不知道您是谁，没办法替您记住。请先在对话里告诉我们订单号和邮箱，再回到这里。",
  "consents.unreachable": "暂时打不开，请稍后再试。",
};
