package io.lynxeye.importers.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may have the server read. */
class ModelSourcesTest {

  @TempDir private Path folder;

  private static ModelSources sources(String... entries) {
    return new ModelSources(List.of(entries));
  }

  /** Whether a host with these addresses may be read. */
  private static void resolve(List<String> ranges, String... addresses)
      throws ImportException, IOException {
    InetAddress[] answer = new InetAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      answer[i] = InetAddress.getByName(addresses[i]);
    }
    assertThat(new ModelSources(ranges, host -> answer).resolve("models.example"))
        .containsExactly(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8"})
  void aPublicAddressIsRead(String address) {
    assertThatCode(() -> resolve(List.of(), address)).doesNotThrowAnyException();
  }

  /** From IANA's special-purpose address registries. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00::1",
        "fd00:ec2::254",
        "ff02::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1"
      })
  void anAddressThatIsNotPublicIsNot(String address) {
    assertThatThrownBy(() -> resolve(List.of(), address))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("not on the internet")
        .hasMessageContaining("--model-sources")
        .hasMessageNotContaining(address);
  }

  /** Forms of an address that no check of the text would find. */
  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "127.1", "0", "localhost", "[::ffff:7f00:1]"})
  void noSpellingOfALoopbackAddressIsRead(String host) {
    assertThatThrownBy(() -> sources("http:").resolve(host)).isInstanceOf(Exception.class);
  }

  @Test
  void oneAddressThatIsNotPublicSpoilsTheOthers() {
    assertThatThrownBy(() -> resolve(List.of(), "8.8.8.8", "10.0.0.1"))
        .isInstanceOf(ImportException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16,   10.1.255.255, true",
    "10.1.0.0/16,   10.2.0.0,     false",
    "10.1.2.3,      10.1.2.3,     true",
    "10.1.2.3,      10.1.2.4,     false",
    "127.0.0.0/8,   127.9.9.9,    true",
    "127.0.0.0/8,   ::1,          false",
    "fd00::/8,      fd12::1,      true",
    "fd00::/8,      fe80::1,      false",
    "0.0.0.0/0,     10.0.0.1,     true",
    "0.0.0.0/0,     ::1,          false",
  })
  void aRangeAllowsItsAddresses(String range, String address, boolean isAllowed) {
    if (isAllowed) {
      assertThatCode(() -> resolve(List.of(range), address)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> resolve(List.of(range), address))
          .isInstanceOf(ImportException.class);
    }
  }

  private static boolean mayRead(String address, String... entries) {
    try {
      sources(entries).check(URI.create(address));
      return true;
    } catch (ImportException e) {
      assertThat(e).hasMessageContaining("--model-sources");
      return false;
    }
  }

  @Test
  void onlyWhatIsBelowAnAddressIsRead() {
    String[] allowed = {"https://models.example/public", "http://10.1.2.3:8000/"};

    for (String address :
        List.of(
            "https://models.example/public/a.zip",
            "https://models.example/public",
            "https://MODELS.example:443/public/b/c.tar.gz?sig=x",
            "http://10.1.2.3:8000/x.zip")) {
      assertThat(mayRead(address, allowed)).as(address).isTrue();
    }
    for (String address :
        List.of(
            "http://models.example/public/a.zip",
            "https://models.example/private/a.zip",
            "https://models.example/publicity/a.zip",
            "https://models.example:444/public/a.zip",
            "https://models.example.evil.example/public/a.zip",
            "https://evil.example/public/a.zip",
            "https://models.example@evil.example/public/a.zip",
            "https://models.example/public/../private/a.zip",
            "https://models.example/public/..",
            "https://models.example/public/%2e%2e/private/a.zip",
            "https://models.example/public/..%2fprivate/a.zip",
            "https://models.example/public/%5c../a.zip",
            "http://10.1.2.3/x.zip",
            "ftp://models.example/public/a.zip",
            "file:///etc/passwd")) {
      assertThat(mayRead(address, allowed)).as(address).isFalse();
    }
  }

  @Test
  void aSchemeAloneAllowsEveryHost() {
    assertThat(mayRead("https://any.example:8443/a.zip", "https:")).isTrue();
    assertThat(mayRead("http://any.example/a.zip", "https:")).isFalse();
  }

  @Test
  void withoutEntriesNothingIsRead() throws IOException {
    Path file = Files.createFile(folder.resolve("a.zip"));

    assertThat(mayRead("https://models.example/a.zip")).isFalse();
    assertThat(sources().find(file)).isEmpty();
  }

  @Test
  void onlyFilesBelowAFolderAreRead() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models/sub")).getParent();
    Path good = Files.createFile(models.resolve("sub/a.zip"));
    Path secret = Files.createFile(folder.resolve("secret"));
    Path link = Files.createSymbolicLink(models.resolve("link"), secret);
    Path inside = Files.createSymbolicLink(models.resolve("inside"), good);
    ModelSources sources = sources(models.toString());

    assertThat(sources.find(good)).contains(good.toRealPath());
    assertThat(sources.find(inside)).contains(good.toRealPath());
    for (Path other :
        Arrays.asList(
            secret,
            link,
            models.resolve("../secret"),
            models.resolve("none.zip"),
            Path.of(models + "-2").resolve("a.zip"))) {
      assertThat(sources.find(other)).as("%s", other).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "models",
        "ftp://models.example/",
        "https://",
        "https://user@models.example/",
        "https://models.example/?a=b",
        "https://models.example/a/../b",
        "10.0.0.0/33",
        "fd00::/129"
      })
  void anEntryThatIsNoneIsNamed(String entry) {
    assertThatThrownBy(() -> sources(entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + entry + "' is not a folder");
  }
}
