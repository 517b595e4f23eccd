package io.lynxeye.serving.rollout.disagreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Which inputs are listed, in which order, and how many bytes of them are kept. */
class DisagreementsTest {

  private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");

  private static ModelInput image(String content) {
    return new ModelInput.Image(content.getBytes(StandardCharsets.UTF_8));
  }

  private static Comparison differ(double serving, double candidate) {
    return new Comparison(
        new TopClass("lynx", serving),
        Optional.of(new TopClass("cat", candidate)),
        OptionalDouble.empty());
  }

  private static List<String> digests(Disagreements disagreements) {
    return disagreements.all().stream().map(Disagreement::digest).toList();
  }

  /** {@code printf abc | sha256sum}, the example of FIPS 180-2. */
  @Test
  void anImageIsNamedByTheSha256OfItsBytes() {
    Disagreements one = Disagreements.NONE.plus(image("abc"), differ(0.5, 0.25), NOW, false);

    assertThat(digests(one))
        .containsExactly("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(one.all().get(0).facts("/images"))
        .containsEntry("at", "2026-11-30T00:00:00Z")
        .doesNotContainKey("image");
  }

  /** {@code printf '\\1\\2' | sha256sum}. */
  @Test
  void tensorsAreNamedByTheirValuesAndNeverKept() {
    Tensor tensor = Tensor.of("x", Datatype.UINT8, List.of(2L), ByteBuffer.wrap(new byte[] {1, 2}));
    ModelInput input = new ModelInput.Tensors(FakeModel.SIGNATURE, List.of(tensor));

    Disagreements one = Disagreements.NONE.plus(input, differ(0.5, 0.25), NOW, true);

    assertThat(digests(one))
        .containsExactly("a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222");
    assertThat(one.all().get(0).image()).isEmpty();
  }

  @Test
  void agreementAndFailureAreNoDisagreement() {
    TopClass lynx = new TopClass("lynx", 0.9);
    Comparison same = new Comparison(lynx, Optional.of(lynx), OptionalDouble.empty());
    Comparison failed = new Comparison(lynx, Optional.empty(), OptionalDouble.empty());

    assertThat(Disagreements.NONE.plus(image("a"), same, NOW, true).all()).isEmpty();
    assertThat(Disagreements.NONE.plus(image("a"), failed, NOW, true).all()).isEmpty();
  }

  @Test
  void theTwelveOnWhichBothVersionsAreSurestStay() {
    Disagreements all = Disagreements.NONE;
    for (int i = 1; i <= 20; i++) {
      all = all.plus(image("image " + i), differ(i / 32.0, 0.25), NOW, false);
    }

    assertThat(all.all())
        .hasSize(12)
        .extracting(one -> one.serving().probability() * 32)
        .containsExactly(20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0);
    assertThat(all.plus(image("as sure"), differ(9 / 32.0, 0.25), NOW, false)).isSameAs(all);
  }

  @Test
  void aRepeatedInputIsListedOnce() {
    Disagreements once = Disagreements.NONE.plus(image("a"), differ(0.5, 0.5), NOW, true);

    assertThat(once.plus(image("a"), differ(0.5, 0.5), NOW.plusSeconds(1), true)).isSameAs(once);
  }

  @Test
  void imagesAreKeptOnlyIfAsked() {
    Disagreements kept = Disagreements.NONE.plus(image("abc"), differ(0.5, 0.5), NOW, true);
    Disagreements listed = Disagreements.NONE.plus(image("abc"), differ(0.5, 0.5), NOW, false);

    assertThat(kept.image("ba7816bf8f01")).hasValue("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(kept.image(digests(kept).get(0))).isPresent();
    assertThat(kept.image("ba7816bf8f0")).as("too short").isEmpty();
    assertThat(kept.image("ba7816bf8f02")).isEmpty();
    assertThat(listed.image("ba7816bf8f01")).isEmpty();
  }

  /** Of three of 6 MiB, two fit into 16 MiB; a small one still fits beside them. */
  @Test
  void theSurestImagesThatFitAreKept() {
    Disagreements all = Disagreements.NONE;
    for (int i = 0; i < 3; i++) {
      byte[] file = new byte[6 << 20];
      file[0] = (byte) i;
      all = all.plus(new ModelInput.Image(file), differ(0.5 + i / 8.0, 0.5), NOW, true);
    }
    all = all.plus(image("small"), differ(0.125, 0.125), NOW, true);

    assertThat(all.all())
        .extracting(one -> one.image().isPresent())
        .containsExactly(true, true, false, true);
  }
}
