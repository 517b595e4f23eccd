/**
 * What the files of a version's folder mean: which one is the model, and what the files of other
 * servers beside it say about how to run it. {@link io.lynxeye.serving.layout.Layouts} knows every
 * layout; what none of them fits is refused with the way to export it.
 */
package io.lynxeye.serving.layout;
