package tarn.files.pickle;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.Cursor;
import tarn.files.bytes.DamagedContentException;

/**
 * Follows a pickle's opcodes without doing what they say. Of the values only texts are kept, as
 * they may name what is imported; everything else is a placeholder on the stack. Nothing of what a
 * pickle names is ever looked up.
 */
final class PickleScanner {
  private static final int STACK = 1_000_000;
  private static final long OPERATIONS = 200_000_000;
  private static final int LONGEST_TEXT = 512;
  private static final long KEPT_TEXT = 64 << 20;
  private static final int LONGEST_LINE = 1 << 20;
  private static final int GLOBALS = 10_000;

  private static final Object VALUE = new Object();
  private static final Object MARK = new Object();
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  private final Cursor cursor;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private final Set<PickleScan.Global> globals = new LinkedHashSet<>();
  private int protocol;
  private long calls;
  private long operations;
  private long persistentIds;
  private long keptText;
  private boolean ended;
  private Verdict verdict = Verdict.ALLOWED;
  private Optional<String> finding = Optional.empty();

  private PickleScanner(ByteSource content) {
    this.cursor = new Cursor(content, 0);
  }

  /** Scans everything in {@code content}: one pickle, and what may come after it. */
  static PickleScan scan(ByteSource content) {
    PickleScanner scanner = new PickleScanner(content);
    try {
      scanner.pickle();
      scanner.ended = true;
      if (scanner.cursor.remaining() > 0) {
        scanner.note(scanner.cursor.position(), "there is more after the pickle's end");
      }
      // Some writers put several one after the other; what is dangerous in a later one counts too.
      while (scanner.cursor.remaining() > 0) {
        scanner.stack.clear();
        scanner.memo.clear();
        scanner.pickle();
      }
    } catch (DamagedContentException e) {
      scanner.note(e.offset(), e.getMessage());
    }
    return scanner.result();
  }

  private void note(long offset, @Nullable String what) {
    verdict = verdict.or(Verdict.UNKNOWN);
    if (finding.isEmpty()) {
      finding = Optional.of("at byte " + offset + ": " + what);
    }
  }

  private PickleScan result() {
    return new PickleScan(protocol, globals, calls, persistentIds, verdict, ended, finding);
  }

  private void pickle() {
    while (true) {
      long at = cursor.position();
      operations++;
      if (operations > OPERATIONS || stack.size() > STACK || memo.size() > STACK) {
        throw new DamagedContentException(at, "it is too large to be scanned");
      }
      int code = cursor.unsignedByte();
      if (code == '.') {
        pop(at);
        return;
      }
      try {
        step(code, at);
      } catch (NumberFormatException e) {
        throw new DamagedContentException(at, "an index is no number");
      }
    }
  }

  private void step(int code, long at) {
    switch (code) {
      case '(' -> push(MARK);
      case '0' -> pop(at);
      case '1' -> popMark(at);
      case '2' -> push(top(at));
      case 'F', 'I', 'L' -> {
        line(at);
        push(VALUE);
      }
      case 'J' -> skipped(4);
      case 'K' -> skipped(1);
      case 'M' -> skipped(2);
      case 'G' -> skipped(8);
      case 'N', ']', '}', ')', 0x88, 0x89, 0x8f -> push(VALUE);
      case 'P' -> {
        line(at);
        persistentIds++;
        push(VALUE);
      }
      case 'Q' -> {
        pop(at);
        persistentIds++;
        push(VALUE);
      }
      case 'S' -> push(quoted(line(at)));
      case 'V' -> push(unescaped(line(at)));
      case 'T' -> text(cursor.unsignedInteger(LITTLE));
      case 'U', 0x8c -> text(cursor.unsignedByte());
      case 'X' -> text(cursor.unsignedInteger(LITTLE));
      case 0x8d -> text(cursor.longInteger(LITTLE));
      case 'B' -> skipped(cursor.unsignedInteger(LITTLE));
      case 'C', 0x8a -> skipped(cursor.unsignedByte());
      case 0x8b -> skipped(cursor.unsignedInteger(LITTLE));
      case 0x8e, 0x96 -> skipped(cursor.longInteger(LITTLE));
      case 0x97 -> {
        note(at, "it has data that are not in the file");
        push(VALUE);
      }
      case 0x98 -> top(at);
      case 'R' -> call(at, 2);
      case 'b' -> {
        calls++;
        pop(at);
        top(at);
      }
      case 'o' -> {
        calls++;
        popMark(at);
        push(VALUE);
      }
      case 'i' -> {
        calls++;
        global(at, line(at), line(at));
        popMark(at);
        push(VALUE);
      }
      case 0x81 -> call(at, 2);
      case 0x92 -> call(at, 3);
      case 'c' -> {
        global(at, line(at), line(at));
        push(VALUE);
      }
      case 0x93 -> stackGlobal(at);
      case 0x82 -> extension(at, 1);
      case 0x83 -> extension(at, 2);
      case 0x84 -> extension(at, 4);
      case 'a' -> drop(at, 1);
      case 's' -> drop(at, 2);
      case 'e', 'u', 0x90 -> {
        popMark(at);
        top(at);
      }
      case 'd', 'l', 't', 0x91 -> {
        popMark(at);
        push(VALUE);
      }
      case 0x85 -> collapse(at, 1);
      case 0x86 -> collapse(at, 2);
      case 0x87 -> collapse(at, 3);
      case 'g' -> recall(at, Long.parseLong(line(at).strip()));
      case 'h' -> recall(at, cursor.unsignedByte());
      case 'j' -> recall(at, cursor.unsignedInteger(LITTLE));
      case 'p' -> memo.put(Long.parseLong(line(at).strip()), top(at));
      case 'q' -> memo.put((long) cursor.unsignedByte(), top(at));
      case 'r' -> memo.put(cursor.unsignedInteger(LITTLE), top(at));
      case 0x94 -> memo.put((long) memo.size(), top(at));
      case 0x80 -> {
        int said = cursor.unsignedByte();
        protocol = Math.max(protocol, said);
        if (said > 5) {
          note(at, "protocol " + said + " is not known");
        }
      }
      case 0x95 -> {
        long length = cursor.longInteger(LITTLE);
        cursor.require(length);
      }
      default ->
          throw new DamagedContentException(at, "%02X is no opcode of a pickle".formatted(code));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private void skipped(long length) {
    cursor.skip(length);
    push(VALUE);
  }

  private Object top(long at) {
    if (stack.isEmpty() || stack.getLast() == MARK) {
      throw new DamagedContentException(at, "an opcode needs a value, and there is none");
    }
    return stack.getLast();
  }

  private Object pop(long at) {
    if (stack.isEmpty()) {
      throw new DamagedContentException(at, "an opcode needs a value, and there is none");
    }
    return stack.removeLast();
  }

  private void popMark(long at) {
    while (!stack.isEmpty()) {
      if (stack.removeLast() == MARK) {
        return;
      }
    }
    throw new DamagedContentException(at, "an opcode needs a mark, and there is none");
  }

  private void drop(long at, int count) {
    for (int each = 0; each < count; each++) {
      pop(at);
    }
    top(at);
  }

  private void collapse(long at, int count) {
    for (int each = 0; each < count; each++) {
      pop(at);
    }
    push(VALUE);
  }

  private void call(long at, int operands) {
    calls++;
    collapse(at, operands);
  }

  private void extension(long at, int length) {
    cursor.skip(length);
    note(at, "it takes something from the registry of extensions");
    push(VALUE);
  }

  private void recall(long at, long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new DamagedContentException(at, "it recalls value " + index + ", which was never kept");
    }
    push(value);
  }

  private void text(long length) {
    cursor.require(length);
    keptText += length;
    if (length <= LONGEST_TEXT && keptText <= KEPT_TEXT) {
      push(new String(cursor.bytes((int) length), StandardCharsets.UTF_8));
    } else {
      skipped(length);
    }
  }

  private Object quoted(String line) {
    String text = line.strip();
    return text.length() >= 2 ? unescaped(text.substring(1, text.length() - 1)) : VALUE;
  }

  /** A text with an escape in it is another one than it looks: whoever imports by it hides it. */
  private Object unescaped(String text) {
    keptText += text.length();
    boolean plain =
        text.length() <= LONGEST_TEXT && keptText <= KEPT_TEXT && text.indexOf('\\') < 0;
    return plain ? text : VALUE;
  }

  private String line(long at) {
    StringBuilder line = new StringBuilder();
    for (int next = cursor.unsignedByte(); next != '\n'; next = cursor.unsignedByte()) {
      line.append((char) next);
      if (line.length() > LONGEST_LINE) {
        throw new DamagedContentException(at, "a line has no end");
      }
    }
    return line.toString();
  }

  private void stackGlobal(long at) {
    Object name = pop(at);
    Object module = pop(at);
    if (name instanceof String named && module instanceof String of) {
      global(at, of, named);
    } else {
      // What it imports is computed while it is loaded: nobody writes that by accident.
      verdict = Verdict.DANGEROUS;
      note(at, "what it imports cannot be told");
    }
    push(VALUE);
  }

  private void global(long at, String module, String name) {
    Verdict judged = Globals.judge(module, name);
    verdict = verdict.or(judged);
    globals.add(new PickleScan.Global(module, name, judged));
    if (globals.size() > GLOBALS) {
      throw new DamagedContentException(at, "it imports more than %d names".formatted(GLOBALS));
    }
  }
}
