/** What the page says about thumbs and stars in English. */
export const en = {
  "thumb.group": "Was this reply helpful?",
  "thumb.up": "Helpful",
  "thumb.down": "Not helpful",
  "stars.title": "How was this conversation?",
  "stars.score": "{score} of 5: {words}",
  "stars.1": "very poor", "stars.2": "poor", "stars.3": "all right", "stars.4": "good", "stars.5": "very good",
  "opinion.reason": "Tell us why (optional)",
  "opinion.send": "Send",
  "opinion.thanks": "Thank you, that helps us.",
  "opinion.failed": "This could not be saved.",
  "opinion.final": "This rating can no longer be changed.",
  "opinion.gone": "There is no record of this conversation any more.",
};
