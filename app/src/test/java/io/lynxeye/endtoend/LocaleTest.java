package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of files in any letters, whatever the locale: the launcher with the real server. */
@Timeout(300)
class LocaleTest {

  /** Replaces what the launcher says about Java by this Java and the class path of the tests. */
  private static final String JAVA =
      """
      #!/bin/bash
      exec "$REAL_JAVA" -cp "$REAL_CLASS_PATH" io.lynxeye.Main "${@: -5}"
      """;

  /** A shell makes the names, as these tests may run in any locale too. */
  private static final String LIST =
      """
      #!/bin/bash
      store="${0%/*}/"$'\\xc3\\xbc'
      mkdir -p "$store/m/1/assets"
      echo graph >"$store/m/1/saved_model.pb"
      echo more >"$store/m/1/assets/"$'\\xd0\\xb4'
      exec "${0%/*}/lynxeye" models list --json --store "$store"
      """;

  @TempDir private Path folder;

  @BeforeEach
  void assemble() throws Exception {
    Files.createDirectories(folder.resolve("lib"));
    Files.createFile(folder.resolve("lib/lynxeye.jar"));
    LauncherFolder launcher = new LauncherFolder(folder);
    launcher.copyLauncher();
    launcher.script("java/bin/java", JAVA);
    launcher.script("list", LIST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "nowhere_NO.UTF-8", "C.UTF-8"})
  void aStoreIsReadWhateverTheLocale(String locale) throws Exception {
    ProcessBuilder list = new ProcessBuilder(folder.resolve("list").toString());
    Map<String, String> environment = list.environment();
    environment.keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("LYNXEYE_"));
    environment.put("LANG", locale);
    environment.put("LYNXEYE_CACHE", folder.resolve("cache").toString());
    environment.put("REAL_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    environment.put("REAL_CLASS_PATH", System.getProperty("java.class.path"));

    Process process = list.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("\"modelName\": \"m\"", "\"version\": \"1\"");
  }
}
