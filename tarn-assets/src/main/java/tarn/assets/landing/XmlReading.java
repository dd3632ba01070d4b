package tarn.assets.landing;

import java.util.List;
import java.util.Optional;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.Reading.Task;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Plans the reading of XML files: each is one row with its text. */
final class XmlReading {
  private static final Expected CONTENT = new Expected(List.of(new Column("content", "VARCHAR")));

  private XmlReading() {}

  static Reading plan(Task task) {
    if (task.declared() && !task.source().columns().equals(CONTENT.columns())) {
      throw new TarnException(
          ErrorCode.LANDING_INVALID,
          "The source "
              + task.key()
              + " declares columns, but an XML file is one row with the"
              + " column `content`.",
          "Take `columns` out and read the values from `content` in an asset of your own.");
    }
    List<CarefulFile> files =
        task.files().stream().<CarefulFile>map(file -> new CarefulFile.Xml(file.file())).toList();
    return new Reading(
        CONTENT,
        List.of(),
        files,
        CarefulPart.Contents.COLUMNS,
        Reading.Numbers.NONE,
        new TextColumns(CONTENT, Optional.empty(), task.casts()));
  }
}
