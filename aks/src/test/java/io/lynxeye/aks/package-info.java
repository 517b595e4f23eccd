/**
 * Tests of everything that runs the server on Azure Kubernetes Service; none of them needs a
 * cluster.
 */
package io.lynxeye.aks;
