package tarn.integrity.finding;

/** What someone who queries the table meets. */
public enum Reader {
  /** A query that needs the file fails. */
  ERROR("error"),
  /** A query succeeds and its answer is wrong. */
  WRONG_RESULT("wrong-result"),
  /** Depends on the query: some fail, some answer wrongly, some are right. */
  EITHER("error-or-wrong-result"),
  /** Nothing; the table reads as it should. */
  NOTHING("nothing");

  private final String text;

  Reader(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
