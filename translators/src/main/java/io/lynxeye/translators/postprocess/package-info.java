/** Turns scores into probabilities and the best classes. */
package io.lynxeye.translators.postprocess;
