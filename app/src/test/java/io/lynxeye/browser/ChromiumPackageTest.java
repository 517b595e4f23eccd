package io.lynxeye.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors on machines without a browser. */
class ChromiumPackageTest {

  @TempDir private Path folder;

  private Path npm(String script) throws IOException {
    Path npm = Files.writeString(folder.resolve("npm"), "#!/bin/sh\n" + script);
    assertThat(npm.toFile().setExecutable(true)).isTrue();
    return npm;
  }

  @Test
  void withoutABrowserAndWithoutNpmTheErrorNamesTheCure() {
    ChromiumPackage chromium = new ChromiumPackage(folder, folder.resolve("none").toString());

    assertThatThrownBy(chromium::program)
        .hasMessageContaining("none cannot be started")
        .hasMessageContaining("put chromium or google-chrome on the PATH");
  }

  @Test
  void theOutputOfNpmIsInTheError() throws IOException {
    ChromiumPackage chromium =
        new ChromiumPackage(folder, npm("echo no network >&2; exit 1").toString());

    assertThatThrownBy(chromium::program).hasMessageContaining("cannot be fetched (no network)");
  }

  @Test
  void anotherPackageIsRefused() throws IOException {
    String script =
        "for a; do case $a in --pack-destination=*) echo x > ${a#*=}/p.tgz;; esac; done";
    ChromiumPackage chromium = new ChromiumPackage(folder, npm(script).toString());

    assertThatThrownBy(chromium::program).hasMessageContaining("is not what was expected");
    assertThat(folder.resolve("chromium")).isEmptyDirectory();
  }
}
