package tarn.cli;

import java.util.ArrayList;
import java.util.List;

/** What a terminal shows after it was sent a text with carriage returns and cleared lines. */
public record Screen(List<String> lines, int widest) {

  public static Screen after(String sent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int widest = 0;
    int column = 0;
    for (int at = 0; at < sent.length(); at++) {
      char next = sent.charAt(at);
      if (next == '\n') {
        lines.add(line.toString());
        line.setLength(0);
        column = 0;
      } else if (next == '\r') {
        column = 0;
      } else if (sent.startsWith("\u001b[K", at)) {
        line.setLength(Math.min(column, line.length()));
        at += 2;
      } else {
        if (column == line.length()) {
          line.append(next);
        } else {
          line.setCharAt(column, next);
        }
        column++;
        widest = Math.max(widest, column);
      }
    }
    lines.add(line.toString());
    return new Screen(List.copyOf(lines), widest);
  }
}
