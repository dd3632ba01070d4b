package tarn.files.pickle;

import static tarn.files.format.IndexTable.column;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.Json;
import tarn.files.bytes.ByteSource;
import tarn.files.format.FileFormat;
import tarn.files.format.IndexRow;
import tarn.files.format.IndexTable;
import tarn.files.format.Reading;

/**
 * Scans files that Python may load as pickles: {@code .pkl}, {@code .pickle}, {@code .pt}, {@code
 * .pth}, {@code .joblib}, {@code .npy}, {@code .npz}, and {@code .bin} and {@code .ckpt} that begin
 * as one.
 */
public final class PickleReader implements FileFormat {
  private static final List<String> SUFFIXES =
      List.of(".pkl", ".pickle", ".pt", ".pth", ".joblib", ".npy", ".npz", ".dill", ".sav");

  private static final IndexTable SCANS =
      new IndexTable(
          "pickle_scans",
          List.of(
              column("member", "VARCHAR"),
              column("protocol", "INTEGER"),
              column("verdict", "VARCHAR"),
              column("globals", "JSON"),
              column("calls", "BIGINT"),
              column("persistent_ids", "BIGINT"),
              column("scan_finding", "VARCHAR")));

  @Override
  public String name() {
    return "pickle";
  }

  @Override
  public boolean claims(String path, byte[] head) {
    String lower = path.toLowerCase(Locale.ROOT);
    boolean begins =
        head.length > 2
            && (((head[0] & 0xFF) == 0x80 && head[1] <= 5 && head[1] >= 2)
                || (head[0] == 'P' && head[1] == 'K'));
    return SUFFIXES.stream().anyMatch(lower::endsWith)
        || (begins && (lower.endsWith(".bin") || lower.endsWith(".ckpt")));
  }

  /** The worst of what is in a file, and why. */
  public record Judgement(Verdict verdict, List<String> reasons) {}

  public static Judgement judge(String path, ByteSource content) {
    return judge(PickleFile.scan(path, content));
  }

  private static Judgement judge(List<PickleFile.Part> parts) {
    Verdict verdict = Verdict.ALLOWED;
    List<String> reasons = new ArrayList<>();
    for (PickleFile.Part part : parts) {
      verdict = verdict.or(part.scan().verdict());
      String where = part.member().isEmpty() ? "" : part.member() + ": ";
      part.scan().globals().stream()
          .filter(global -> global.verdict() != Verdict.ALLOWED)
          .limit(20)
          .forEach(global -> reasons.add(where + global.verdict().text() + " import of " + global));
      part.scan().finding().ifPresent(finding -> reasons.add(where + finding));
    }
    return new Judgement(verdict, reasons);
  }

  @Override
  public Reading read(String path, ByteSource content) {
    List<IndexRow> rows = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    List<PickleFile.Part> parts = PickleFile.scan(path, content);
    for (PickleFile.Part part : parts) {
      PickleScan scan = part.scan();
      List<@Nullable String> values = new ArrayList<>();
      values.add(part.member().isEmpty() ? null : part.member());
      values.add(Integer.toString(scan.protocol()));
      values.add(scan.verdict().text());
      values.add(Json.line(scan.globals().stream().map(PickleScan.Global::toString).toList()));
      values.add(Long.toString(scan.calls()));
      values.add(Long.toString(scan.persistentIds()));
      values.add(scan.finding().orElse(null));
      rows.add(new IndexRow(SCANS, values));
    }
    Judgement judged = judge(parts);
    if (judged.verdict() == Verdict.DANGEROUS) {
      remarks.add("it is dangerous to load: " + String.join("; ", judged.reasons()));
    }
    return new Reading(name(), "application/octet-stream", rows, remarks);
  }

  /**
   * Judges a file if Python may load it as a pickle, whatever it is called: one that is a whole
   * pickle which imports something, or that begins as the newer protocols do.
   */
  public static Optional<Judgement> judgeIfPickle(String path, ByteSource content) {
    byte[] head = new byte[(int) Math.min(HEAD, content.size())];
    content.read(0, head);
    boolean newer = head.length > 2 && (head[0] & 0xFF) == 0x80 && head[1] >= 2 && head[1] <= 5;
    if (newer || new PickleReader().claims(path, head)) {
      return Optional.of(judge(path, content));
    }
    PickleScan scan = PickleScanner.scan(content);
    return scan.ended() && !scan.globals().isEmpty()
        ? Optional.of(judge(path, content))
        : Optional.empty();
  }
}
