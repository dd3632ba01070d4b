package tarn.integrity;

import java.nio.file.Path;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** Lakes of the zoo, opened as a command would. */
public final class Specimens {
  private Specimens() {}

  public static Lake open(Specimen specimen) {
    return Lake.open(
        ScratchLake.settings(specimen.folder(), "1GB"), Access.WRITE, Checkout.extensions());
  }

  /** A lake whose files are all in the ledger. */
  public static Specimen recorded(LakeShape shape, Path folder) {
    Specimen specimen = Specimen.make(shape, folder);
    check(specimen, Level.CONTENT);
    return specimen;
  }

  public static FsckReport check(Specimen specimen, Level level) {
    return check(specimen, FsckRequest.of(level));
  }

  public static FsckReport check(Specimen specimen, FsckRequest request) {
    try (Lake lake = open(specimen)) {
      return Fsck.run(lake, request);
    }
  }

  /** Each finding in a line, for the reader of a failed test. */
  public static String lines(FsckReport report) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : report.findings()) {
      text.append(finding.type().code())
          .append(' ')
          .append(finding.subject())
          .append(": ")
          .append(finding.detail())
          .append('\n');
    }
    return text.toString();
  }
}
