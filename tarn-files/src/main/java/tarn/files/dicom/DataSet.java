package tarn.files.dicom;

import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Data elements in the order of their tags; of several with one tag the last counts. */
final class DataSet {
  private final TreeMap<Integer, Element> elements = new TreeMap<>(Integer::compareUnsigned);
  private final ByteOrder order;
  private final Optional<DataSet> outer;

  /**
   * @param outer the one whose sequence this is an item of
   */
  DataSet(ByteOrder order, Optional<DataSet> outer) {
    this.order = order;
    this.outer = outer;
  }

  ByteOrder order() {
    return order;
  }

  void put(Element element) {
    elements.put(element.tag(), element);
  }

  Collection<Element> elements() {
    return elements.values();
  }

  Optional<Element> find(int tag) {
    return Optional.ofNullable(elements.get(tag));
  }

  /** Here, or else in the nearest data set around this. */
  Optional<Element> findOutwards(int tag) {
    return find(tag).or(() -> outer.flatMap(around -> around.findOutwards(tag)));
  }

  CharacterSets characterSets() {
    return findOutwards(Tags.CHARACTER_SET)
        .flatMap(Element::content)
        .map(CharacterSets::of)
        .orElse(CharacterSets.DEFAULT);
  }

  /** All values of a tag as text; none when it is not there or empty. */
  List<String> texts(int tag) {
    return find(tag)
        .map(element -> Values.texts(element, order, characterSets()))
        .orElseGet(List::of);
  }

  /** The first value of a tag, if it has one. */
  Optional<String> text(int tag) {
    return texts(tag).stream().findFirst().filter(text -> !text.isEmpty());
  }
}
