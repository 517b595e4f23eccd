package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.http.EveryAddress.Address;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No cache keeps health, scores or errors; files of the program are revalidated on each use. */
class CachingTest {

  private static final Set<String> FILES =
      Set.of("/docs", "/openapi.json", "/page/page.css", "/docs/initializer.js");

  @TempDir private static Path folder;
  private static EveryAddress server;
  private static List<Address> addresses;

  @BeforeAll
  static void open() {
    server = new EveryAddress(folder);
    addresses = server.all();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static Stream<Address> addresses() {
    return addresses.stream();
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void onlyFilesMayBeStored(Address address) {
    HttpResponse<String> answer = server.send("GET", address);

    assertThat(answer.headers().allValues("Cache-Control"))
        .containsExactly(FILES.contains(address.uri().getPath()) ? "no-cache" : "no-store");
  }

  @ParameterizedTest
  @CsvSource({"POST", "PUT", "OPTIONS"})
  void responsesToOtherMethodsAreNotStored(String method) {
    assertThat(addresses)
        .allSatisfy(
            address ->
                assertThat(server.send(method, address).headers().firstValue("Cache-Control"))
                    .hasValue("no-store"));
  }
}
