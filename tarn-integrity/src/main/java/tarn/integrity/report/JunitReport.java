package tarn.integrity.report;

import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Severity;

/**
 * A report as test results: each class of finding is a test, which fails when something of that
 * class was found. Continuous integration shows it beside other tests.
 */
public final class JunitReport {
  private JunitReport() {}

  public static String of(FsckReport report) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      List<FindingClass> classes =
          List.of(FindingClass.values()).stream()
              .filter(type -> report.level().includes(type.level()))
              .toList();
      long failures =
          classes.stream()
              .filter(type -> report.findings().stream().anyMatch(each -> each.type() == type))
              .count();
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "tarn fsck");
      xml.writeAttribute("id", report.runId());
      xml.writeAttribute("tests", Integer.toString(classes.size()));
      xml.writeAttribute("failures", Long.toString(failures));
      xml.writeAttribute("errors", report.work().complete() ? "0" : "1");
      xml.writeAttribute("time", seconds(Duration.between(report.started(), report.finished())));
      xml.writeAttribute("timestamp", report.started().toString());
      for (FindingClass type : classes) {
        testCase(xml, report, type);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("text is written to memory", e);
    }
    return text + "\n";
  }

  private static void testCase(XMLStreamWriter xml, FsckReport report, FindingClass type)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "fsck." + report.level().text());
    xml.writeAttribute("name", type.code());
    for (Finding finding : report.findings()) {
      if (finding.type() == type) {
        xml.writeStartElement("failure");
        xml.writeAttribute("type", finding.severity() == Severity.ERROR ? "error" : "warning");
        xml.writeAttribute("message", plain(finding.subject()));
        xml.writeCharacters(plain(finding.detail() + "\n" + finding.remedy()));
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
  }

  /** XML has no way to write most control characters. */
  private static String plain(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }
}
