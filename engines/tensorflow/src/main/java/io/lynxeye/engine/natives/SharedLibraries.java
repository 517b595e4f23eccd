package io.lynxeye.engine.natives;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens shared libraries by name, as TensorFlow does. JNA searches folders of its own first and
 * could find another copy; the copy that is opened first is used by the whole process.
 */
public final class SharedLibraries {

  private static final int RTLD_LAZY = 1;
  private static final Path MAPS = Path.of("/proc/self/maps");

  /** A line has addresses, permissions, offset, device and inode, then the path. */
  private static final int COLUMNS = 6;

  private SharedLibraries() {}

  public static boolean canOpen(String name) {
    Function dlopen = NativeLibrary.getProcess().getFunction("dlopen");
    return dlopen.invokePointer(new Object[] {name, RTLD_LAZY}) != null;
  }

  /** Opens each library and returns the file it was loaded from; empty if it cannot be opened. */
  public static Map<String, Optional<Path>> open(List<String> names) {
    Map<String, Boolean> opened = new LinkedHashMap<>();
    names.forEach(name -> opened.put(name, canOpen(name)));
    List<String> maps = maps();
    Map<String, Optional<Path>> places = new LinkedHashMap<>();
    opened.forEach(
        (name, isOpen) ->
            places.put(
                name,
                isOpen ? Optional.of(place(name, maps).orElse(Path.of(name))) : Optional.empty()));
    return places;
  }

  /**
   * Returns the file of an open library.
   *
   * @param maps in the form of Linux's {@code /proc/self/maps}
   */
  static Optional<Path> place(String name, List<String> maps) {
    return maps.stream()
        .map(line -> line.split(" +", COLUMNS))
        .filter(columns -> columns.length == COLUMNS && columns[COLUMNS - 1].startsWith("/"))
        .map(columns -> Path.of(columns[COLUMNS - 1]))
        .filter(path -> isNamed(name, path.getFileName().toString()))
        .findFirst();
  }

  /** Also accepts the target of a symbolic link, with a longer version: libcudart.so.12.3.101. */
  private static boolean isNamed(String name, String file) {
    return file.equals(name) || file.startsWith(name + ".");
  }

  private static List<String> maps() {
    try {
      return Files.readAllLines(MAPS);
    } catch (IOException e) {
      return List.of();
    }
  }
}
