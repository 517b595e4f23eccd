package io.lynxeye.translators.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.preprocess.Preprocessing.Channel;
import io.lynxeye.translators.preprocess.Preprocessing.ChannelOrder;
import io.lynxeye.translators.preprocess.Preprocessing.Layout;
import io.lynxeye.translators.preprocess.Preprocessing.Resize;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {

  @Test
  void defaultsAreThoseOfDjlExceptThatImagesAreAlwaysResized() {
    Preprocessing preprocessing = Preprocessing.from(Map.of());

    assertThat(preprocessing)
        .isEqualTo(
            new Preprocessing(
                224,
                224,
                new Resize.Exact(224, 224),
                List.of(
                    new Channel(1 / 255f, 0), new Channel(1 / 255f, 0), new Channel(1 / 255f, 0)),
                ChannelOrder.RGB,
                Layout.NHWC));
    assertThat(preprocessing.sampleFloats()).isEqualTo(150_528);
  }

  @Test
  void resNet50() {
    Preprocessing preprocessing =
        Preprocessing.from(
            Map.of(
                "width", "224",
                "height", "224",
                "resizeShort", "256",
                "centerCrop", "true",
                "toTensor", "false",
                "normalize", "123.68,116.779,103.939,1,1,1",
                "channelOrder", "BGR",
                "layout", "NHWC"));

    assertThat(preprocessing.resize()).isEqualTo(new Resize.ShortSide(256));
    assertThat(preprocessing.channelOrder()).isEqualTo(ChannelOrder.BGR);
    assertThat(preprocessing.channels())
        .containsExactly(
            new Channel(1, -123.68f), new Channel(1, -116.779f), new Channel(1, -103.939f));
  }

  @Test
  void normalizeTrueIsImageNet() {
    List<Channel> channels = Preprocessing.from(Map.of("normalize", true)).channels();

    assertThat(channels.get(0).scale()).isCloseTo(1 / (255 * 0.229f), Offset.offset(1e-8f));
    assertThat(channels.get(2).offset()).isCloseTo(-0.406f / 0.225f, Offset.offset(1e-6f));
  }

  @Test
  void rangesAreThoseOfDjl() {
    Map<String, String> unit = Map.of("toTensor", "false", "range", "0,1");
    Map<String, String> signed = Map.of("toTensor", "false", "range", "-1, 1");

    assertThat(Preprocessing.from(unit).channels()).contains(new Channel(1 / 255f, 0));
    assertThat(Preprocessing.from(signed).channels()).contains(new Channel(1 / 128f, -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | 224 | 224",
        "'224,224' | 224 | 224",
        "'224.0, 224, BILINEAR' | 224 | 224",
        "FALSE | 224 | 224"
      })
  void resizeToASize(String value, int width, int height) {
    assertThat(Preprocessing.from(Map.of("resize", value)).resize())
        .isEqualTo(new Resize.Exact(width, height));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"256 | 256 | 256", "300, 200 | 300 | 200", "300,200,BICUBIC | 300 | 200"})
  void withoutACropTheSizeOfResizeIsTheModels(String value, int width, int height) {
    Preprocessing preprocessing = Preprocessing.from(Map.of("resize", value));

    assertThat(preprocessing.width()).isEqualTo(width);
    assertThat(preprocessing.height()).isEqualTo(height);
    assertThat(preprocessing.resize()).isEqualTo(new Resize.Exact(width, height));
  }

  @Test
  void resizeShortCanMeanTheLongerTarget() {
    Map<String, Object> arguments =
        Map.of("resizeShort", true, "centerCrop", true, "width", 96, "height", 128);

    assertThat(Preprocessing.from(arguments).resize()).isEqualTo(new Resize.ShortSide(128));
  }

  @Test
  void aCropWithoutResizeKeepsTheSize() {
    assertThat(Preprocessing.from(Map.of("centerCrop", "true")).resize())
        .isEqualTo(new Resize.Keep());
    assertThat(Preprocessing.from(Map.of("centerFit", "true", "resize", "false")).resize())
        .isEqualTo(new Resize.Keep());
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    Map<String, String> wrong =
        Map.of(
            "width", "many",
            "height", "0",
            "centerCrop", "perhaps",
            "normalize", "1,2,3",
            "range", "0,2",
            "pad", "true",
            "flag", "GRAYSCALE",
            "channelOrder", "GBR",
            "layout", "HWC");

    assertThatThrownBy(() -> Preprocessing.from(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width=many must be a whole number")
        .hasMessageContaining("height=0 must be")
        .hasMessageContaining("centerCrop=perhaps must be true or false")
        .hasMessageContaining("normalize=1,2,3 must be")
        .hasMessageContaining("range=0,2 must be")
        .hasMessageContaining("pad=true is not supported")
        .hasMessageContaining("flag=GRAYSCALE is not supported")
        .hasMessageContaining("channelOrder=GBR must be one of [RGB, BGR]")
        .hasMessageContaining("layout=HWC must be one of [NHWC, NCHW]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resizeShort=256 | add centerCrop=true",
        "resizeShort=200;centerCrop=true | smaller than the 224 x 224",
        "resizeShort=256,512;centerCrop=true | limit for the long side",
        "resizeShort=256,-1,SINC;centerCrop=true | interpolation",
        "resize=256;width=224;height=224 | does not give 224 x 224",
        "resize=300,200;centerCrop=true | smaller than the 224 x 224",
        "resize=224,224,SINC | interpolation",
        "resize=true;resizeShort=true;centerCrop=true | cannot be combined",
        "resize=x | whole number",
        "resize=1.5;centerCrop=true | whole number",
        "range=0,1 | toTensor=false",
        "normalize=0,0,0,1,0,1 | standard deviation of 0",
        "normalize=0,0,0,1,x,1 | not 'x'",
        "normalize=0,0,0,1,Infinity,1 | not 'infinity'"
      })
  void unusableArgumentsAreReportedBeforeAnyImage(String arguments, String message) {
    assertThatThrownBy(() -> Preprocessing.from(arguments(arguments)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyKeyIsListed() {
    assertThat(Preprocessing.KEYS).contains("resizeShort", "channelOrder").hasSize(13);
    assertThatThrownBy(
            () ->
                new Preprocessing(
                    1, 1, new Resize.Keep(), List.of(), ChannelOrder.RGB, Layout.NHWC))
        .hasMessageContaining("3 channels");
  }

  /** Arguments written as {@code key=value;key=value}. */
  static Map<String, String> arguments(String text) {
    return java.util.Arrays.stream(text.split(";", -1))
        .map(pair -> pair.split("=", 2))
        .collect(java.util.stream.Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
