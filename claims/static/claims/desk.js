"use strict";
// Rating certainty: show what the steps add up to while they are typed. Without it the server says so on saving.
{
    const form = document.getElementById("rate-certainty");
    if (form) {
        const levels = JSON.parse(form.dataset.levels);
        const result = document.getElementById("certainty-result");
        const addUp = () => {
            const steps = [...form.querySelectorAll("input[type=number]")];
            if (steps.some((step) => !step.value || !step.checkValidity())) {
                result.textContent = "a step is missing or out of range";
                return;
            }
            const total = steps.reduce((sum, step) => sum + Number(step.value), Number(form.elements.start_level.value));
            result.textContent = levels[Math.max(1, Math.min(4, total))];
        };
        form.addEventListener("input", addUp);
        addUp();
    }
}
