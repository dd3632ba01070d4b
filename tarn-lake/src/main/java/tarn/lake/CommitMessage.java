package tarn.lake;

/**
 * What a snapshot says about itself.
 *
 * @param author who made it
 * @param message one line for a person
 * @param extraInfo a JSON object for programs; it holds {@code run_id}, by which a commit whose
 *     outcome is unknown is found again
 */
public record CommitMessage(String author, String message, String extraInfo) {}
