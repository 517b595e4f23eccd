/**
 * From "this version should be served" to "it is", and back. The manager does, the policy decides,
 * the registry is what requests see.
 */
package io.lynxeye.lifecycle;
