package tarn.assets.landing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The records of files that are read here, one file open at a time, counted by file. */
final class CarefulStream implements Iterator<CarefulRow> {
  private final Iterator<CarefulFile> files;
  private final CarefulFile.Raw raw;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private Path path = Path.of("");
  private CarefulFile.@Nullable Records open;
  private @Nullable CarefulRow upcoming;

  CarefulStream(List<CarefulFile> files, CarefulFile.Raw raw) {
    this.files = files.iterator();
    this.raw = raw;
  }

  Stream<CarefulRow> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /** Records by the name of their file, complete when the stream has been read. */
  Map<String, Long> counts() {
    return counts;
  }

  @Override
  public boolean hasNext() {
    if (upcoming == null) {
      upcoming = read();
    }
    return upcoming != null;
  }

  @Override
  public CarefulRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CarefulRow row = Objects.requireNonNull(upcoming);
    upcoming = null;
    return row;
  }

  private @Nullable CarefulRow read() {
    while (true) {
      CarefulFile.Records records = open;
      if (records == null) {
        if (!files.hasNext()) {
          return null;
        }
        open(files.next());
        continue;
      }
      try {
        CarefulRow row = records.next();
        if (row != null) {
          counts.merge(row.file(), 1L, Long::sum);
          return row;
        }
        records.close();
        open = null;
      } catch (IOException e) {
        throw LandingFile.unreadable(path, e);
      }
    }
  }

  private void open(CarefulFile file) {
    path = file.file().path();
    counts.put(file.file().name(), 0L);
    try {
      open = file.open(raw);
    } catch (IOException e) {
      throw LandingFile.unreadable(path, e);
    }
  }

  private void close() {
    CarefulFile.Records records = open;
    open = null;
    if (records != null) {
      try {
        records.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
