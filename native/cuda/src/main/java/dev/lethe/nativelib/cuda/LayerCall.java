package dev.lethe.nativelib.cuda;

/**
 * A call for an operation of a plan.
 *
 * @param operation number of the operation in the plan, of which the call may be in a later part
 * @param result name of the first tensor that the operation writes, which tells the layer
 */
record LayerCall(DeviceCall call, int operation, String result) implements DeviceCall {
    @Override
    public void enqueue() {
        call.enqueue();
    }

    @Override
    public String kind() {
        return call.kind();
    }

    @Override
    public long bytes() {
        return call.bytes();
    }

    @Override
    public long operations() {
        return call.operations();
    }

    @Override
    public String toString() {
        return result + ", " + call;
    }
}
