package io.lynxeye.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AttemptsTest {

  private static final Path TABLE = Path.of("..", "docs", "conformance.md");
  private static final byte[] PICTURE = "a picture".getBytes(StandardCharsets.ISO_8859_1);

  private final List<Seed> seeds = new Seeds("resnet50", "input_1", List.of(PICTURE)).all(TABLE);

  AttemptsTest() throws IOException {}

  private String sent(long seed, long number) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new Attempts(seed, seeds).get(number).pieces().forEach(bytes::writeBytes);
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void theRowsOfTheTableAreThereWithRealNamesAndPictures() {
    List<String> requests =
        seeds.stream()
            .map(seed -> new String(seed.message().bytes("x", true), StandardCharsets.ISO_8859_1))
            .toList();

    assertThat(requests).hasSizeGreaterThan(130);
    assertThat(requests).noneMatch(text -> text.contains("fake") || text.contains("pixels"));
    assertThat(requests)
        .anyMatch(text -> text.startsWith("POST /score ") && text.endsWith("\r\n\r\na picture"));
    assertThat(requests).anyMatch(text -> text.contains("{\"b64\": \"YSBwaWN0dXJl\"}"));
  }

  @Test
  void aNumberMakesTheSameAttemptAgain() {
    for (long number = 0; number < 300; number++) {
      assertThat(sent(7, number)).isEqualTo(sent(7, number));
    }
  }

  @Test
  void numbersAndSeedsMakeDifferentOnes() {
    assertThat(LongStream.range(0, 300).mapToObj(number -> sent(7, number)).distinct().count())
        .isGreaterThan(250);
    assertThat(LongStream.range(0, 300).filter(i -> sent(7, i).equals(sent(8, i))).count())
        .isLessThan(20);
  }

  @Test
  void mostCanBeAnswered() {
    Attempts attempts = new Attempts(7, seeds);

    assertThat(
            LongStream.range(0, 500)
                .mapToObj(attempts::get)
                .collect(Collectors.partitioningBy(Attempt::isWhole, Collectors.counting())))
        .satisfies(counts -> assertThat(counts.get(true)).isGreaterThan(300))
        .satisfies(counts -> assertThat(counts.get(false)).isGreaterThan(30));
  }
}
