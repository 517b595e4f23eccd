/**
 * Loading, serving and unloading of versions: the policy decides, the manager acts, and requests
 * read the registry.
 */
package io.lynxeye.lifecycle;
