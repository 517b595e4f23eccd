package io.lynxeye.serving.observation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void continuesTheClientsTraceWithItsOwnSpan() {
    TraceContext trace = TraceContext.of("00-" + TRACE + "-" + SPAN + "-01", "vendor=1");

    assertThat(trace.traceId()).isEqualTo(TRACE);
    assertThat(trace.parentId()).hasValue(SPAN);
    assertThat(trace.sampled()).isTrue();
    assertThat(trace.state()).isEqualTo("vendor=1");
    assertThat(trace.spanId()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
    assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + trace.spanId() + "-01");
  }

  @Test
  void anUnsampledTraceStaysUnsampled() {
    TraceContext trace = TraceContext.of("00-" + TRACE + "-" + SPAN + "-00", null);

    assertThat(trace.sampled()).isFalse();
    assertThat(trace.traceparent()).endsWith("-00");
    assertThat(trace.state()).isEmpty();
  }

  @Test
  void readsTheKnownFieldsOfALaterVersion() {
    assertThat(TraceContext.of("cc-" + TRACE + "-" + SPAN + "-01-what", null).traceId())
        .isEqualTo(TRACE);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-" + TRACE + "-" + SPAN + "-0x",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01\n"
      })
  void startsANewTraceWithoutAValidParent(String header) {
    TraceContext first = TraceContext.of(header, "vendor=1");
    TraceContext second = TraceContext.of(header, "vendor=1");

    assertThat(first.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(second.traceId());
    assertThat(first.traceId()).isNotEqualTo(TRACE);
    assertThat(first.parentId()).isEmpty();
    assertThat(first.sampled()).isTrue();
    assertThat(first.state()).isEmpty();
  }

  @Test
  void dropsAStateThatCouldForgeALine() {
    assertThat(TraceContext.of("00-" + TRACE + "-" + SPAN + "-01", "a=b\nX").state()).isEmpty();
  }
}
