/** Placeholder. */
package io.lynxeye.translators;
