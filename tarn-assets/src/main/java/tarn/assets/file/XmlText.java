package tarn.assets.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An XML file's text, in the encoding it declares. It must be well-formed; it is not validated, and
 * nothing outside it is ever read.
 */
public final class XmlText {
  /** A file is one value of one row; larger ones are no documents but databases. */
  static final long LARGEST = 512L << 20;

  private static final String IGNORE_EXTERNAL_DTD =
      "http://java.sun.com/xml/stream/properties/ignore-external-dtd";

  private XmlText() {}

  /** Says what is wrong with a file as XML, and where. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    Malformed(int line, String message) {
      super(message);
      this.line = line;
    }

    /** The line of the error, from 1; 0 when it has none. */
    public int line() {
      return line;
    }
  }

  /**
   * @throws Malformed when it is not well-formed or not in its encoding
   */
  public static String read(Path file) throws IOException, Malformed {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new Malformed(0, "it is larger than " + (LARGEST >> 20) + " MB");
    }
    byte[] bytes = Files.readAllBytes(file);
    String text = decode(bytes, check(bytes));
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Reads through all of it and says its encoding. */
  private static Charset check(byte[] bytes) throws Malformed {
    int line = 1;
    try {
      XMLStreamReader reader = factory().createXMLStreamReader(new ByteArrayInputStream(bytes));
      Charset encoding = encoding(reader);
      try {
        while (reader.hasNext()) {
          line = reader.getLocation().getLineNumber();
          reader.next();
        }
      } finally {
        reader.close();
      }
      return encoding;
    } catch (XMLStreamException e) {
      int at = e.getLocation() == null ? line : e.getLocation().getLineNumber();
      throw new Malformed(Math.max(at, 0), firstLine(e));
    } catch (RuntimeException e) {
      // The JDK's reader throws these at a few kinds of damage.
      throw new Malformed(line, "it cannot be parsed: " + e);
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(IGNORE_EXTERNAL_DTD, true);
    factory.setXMLResolver((_, _, _, _) -> new ByteArrayInputStream(new byte[0]));
    return factory;
  }

  private static Charset encoding(XMLStreamReader reader) throws Malformed {
    String name =
        Optional.ofNullable(reader.getCharacterEncodingScheme())
            .or(() -> Optional.ofNullable(reader.getEncoding()))
            .orElse("UTF-8");
    try {
      return Charset.forName(name);
    } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
      throw new Malformed(1, "its encoding " + name + " is not known");
    }
  }

  private static String decode(byte[] bytes, Charset encoding) throws Malformed {
    try {
      return encoding
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(0, "it is not all " + encoding + ": " + e.getMessage());
    }
  }

  private static String firstLine(XMLStreamException error) {
    String message = String.valueOf(error.getMessage());
    int text = message.indexOf("Message: ");
    return (text < 0 ? message : message.substring(text + "Message: ".length()))
        .lines()
        .findFirst()
        .orElse("it is not well-formed");
  }
}
