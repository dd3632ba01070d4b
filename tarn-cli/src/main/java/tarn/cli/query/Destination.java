package tarn.cli.query;

import java.io.OutputStream;
import java.nio.file.Path;

/** Where a result goes. */
public sealed interface Destination {

  /** A stream that stays open. */
  record Stream(OutputStream out) implements Destination {}

  /** A file that appears when it is complete, and not before. */
  record File(Path path) implements Destination {}
}
