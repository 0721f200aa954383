/** What the page says about what the customer allows, in English. */
export const en = {
  "consents.open": "What you allow",
  "consents.lead": "You can change your mind at any time. Your answers hold for your account, not for this conversation alone.",
  "consents.proactive_messages": "Write to me first",
  "consents.proactive_messages.why": "For example when a parcel is late, or when the time to return something is running out.",
  "consents.recommendations": "Recommend things to me",
  "consents.recommendations.why": "From what you bought and sent back. Never while a complaint of yours is open.",
  "consents.saved": "Saved.",
  "consents.failed": "This could not be saved.",
  "consents.nobody": "We do not know yet who you are, so there is nobody to remember this for. Tell us your order number and your e-mail address in the chat, then come back here.",
  "consents.unreachable": "This cannot be opened right now. Please try again later.",
};
