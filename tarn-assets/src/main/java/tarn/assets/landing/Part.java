package tarn.assets.landing;

import java.util.List;
import java.util.Optional;

/** Files of a load that one SELECT reads. */
interface Part {
  List<LandingFile> files();

  /** The rows that fit: the expected columns in their order, then those that trace a row. */
  String rows();

  /**
   * The records that do not fit; nothing when {@link #rows} fails at the first of them instead,
   * whereupon its file is to be read carefully.
   */
  Optional<String> malformed();
}
