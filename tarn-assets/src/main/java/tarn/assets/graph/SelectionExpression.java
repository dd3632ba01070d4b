package tarn.assets.graph;

/** A selection as it was written. */
sealed interface SelectionExpression {

  /** Every asset. */
  record All() implements SelectionExpression {}

  /** One asset by its whole key, which must exist. */
  record Named(String key, int position) implements SelectionExpression {}

  /** Assets of which an attribute has a value. */
  record Attribute(AttributeName name, String value) implements SelectionExpression {}

  /** What an asset can be selected by. */
  enum AttributeName {
    KEY,
    TAG,
    GROUP,
    KIND,
    OWNER
  }

  /**
   * What {@code of} selects, with so many steps of what it is made from and what is made from it.
   */
  record Reach(SelectionExpression of, int upstream, int downstream)
      implements SelectionExpression {}

  /** Those that come from none of the others. */
  record Roots(SelectionExpression of) implements SelectionExpression {}

  /** Those from which none of the others comes. */
  record Sinks(SelectionExpression of) implements SelectionExpression {}

  record Not(SelectionExpression of) implements SelectionExpression {}

  record And(SelectionExpression left, SelectionExpression right) implements SelectionExpression {}

  record Or(SelectionExpression left, SelectionExpression right) implements SelectionExpression {}
}
