import { FAULTS_OF_THE_REST } from './faults.ts';
import { testFaults } from './support/test-faults.ts';

testFaults(FAULTS_OF_THE_REST);
